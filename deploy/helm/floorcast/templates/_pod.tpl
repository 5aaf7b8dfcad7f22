{{/*
The pod of every kind of node. Takes a dict: root, component, role (empty: alone), resources, and data, the volume at
/data without its name (nil: a claim of that name is made by the StatefulSet).
*/}}
{{- define "floorcast.pod" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
metadata:
  labels:
    {{- include "floorcast.selector" (list $root .component) | nindent 4 }}
  annotations:
    # Other settings are other pods.
    checksum/config: {{ include (print $root.Template.BasePath "/configmap.yaml") $root | sha256sum }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "floorcast.fullname" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  # The server lets go within 20 s.
  terminationGracePeriodSeconds: 30
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "floorcast.selector" (list $root .component) | nindent 10 }}
  {{- with $values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  containers:
    - name: floorcast
      image: {{ printf "%s:%s" $values.image.repository ($values.image.tag | default $root.Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop:
            - ALL
      ports:
        - name: http
          containerPort: 3000
          protocol: TCP
      envFrom:
        - configMapRef:
            name: {{ include "floorcast.fullname" $root }}
        - secretRef:
            name: {{ required "existingSecret is missing: a Secret with SESSION_SECRET and the clients' secrets" $values.existingSecret }}
      env:
        - name: HOST
          value: 0.0.0.0
        - name: PORT
          value: "3000"
        - name: DATA_DIR
          value: /data
        {{- with .role }}
        - name: FLOORCAST_ROLE
          value: {{ . }}
        {{- end }}
        {{- range $index, $file := $values.secretFiles }}
        - name: {{ $file.name }}_FILE
          value: /secrets/{{ $index }}/{{ $file.key }}
        {{- end }}
      # Gives it as long as it needs to start; after that a process that answers nothing for half a minute is ended.
      startupProbe:
        httpGet:
          path: /healthz
          port: http
        periodSeconds: 3
        failureThreshold: {{ div $values.startupSeconds 3 }}
      livenessProbe:
        httpGet:
          path: /healthz
          port: http
        periodSeconds: 10
        timeoutSeconds: 3
        failureThreshold: 3
      # Stays ready while Genesys Cloud, Redis or the broker is away: the walls keep their last picture, marked stale.
      readinessProbe:
        httpGet:
          path: /readyz
          port: http
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 3
      resources:
        {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /data
        - name: tmp
          mountPath: /tmp
        {{- range $index, $file := $values.secretFiles }}
        - name: secret-{{ $index }}
          mountPath: /secrets/{{ $index }}
          readOnly: true
        {{- end }}
  volumes:
    {{- with .data }}
    - name: data
      {{- toYaml . | nindent 6 }}
    {{- end }}
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- range $index, $file := $values.secretFiles }}
    - name: secret-{{ $index }}
      secret:
        secretName: {{ $file.secret }}
        defaultMode: 288
        items:
          - key: {{ $file.key }}
            path: {{ $file.key }}
    {{- end }}
{{- end -}}
