/**
 * Manifests against the types of the Kubernetes API (package kubernetes-types, made of its OpenAPI description), by the
 * TypeScript compiler: a literal with a field that its type does not know, without one that it asks for, or of another
 * type is an error. Kinds that are no part of Kubernetes have their types here.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT_DIR } from './run-program.mjs';

const OWN = `
interface SecretKey { name: string; key: string }
export interface ServiceMonitor {
  apiVersion: 'monitoring.coreos.com/v1'; kind: 'ServiceMonitor';
  metadata: import('kubernetes-types/meta/v1').ObjectMeta;
  spec: {
    jobLabel?: string; targetLabels?: string[]; selector: import('kubernetes-types/meta/v1').LabelSelector;
    endpoints: { port: string; path: string; interval: string; oauth2?: {
      clientId: { secret: SecretKey }; clientSecret: SecretKey; tokenUrl: string } }[];
  };
}`;
/** By apiVersion: the module whose types they are. */
const MODULES = {
  v1: 'kubernetes-types/core/v1',
  'apps/v1': 'kubernetes-types/apps/v1',
  'policy/v1': 'kubernetes-types/policy/v1',
  'networking.k8s.io/v1': 'kubernetes-types/networking/v1',
  'monitoring.coreos.com/v1': './own-types',
};
const OPTIONS = {
  ...{ strict: true, noEmit: true, types: [], skipLibCheck: true },
  ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/** `manifests`: { name, manifest } each. */
export function typeProblems(manifests) {
  const known = manifests.filter(({ manifest }) => MODULES[manifest.apiVersion] !== undefined);
  const strangers = manifests
    .filter((one) => !known.includes(one))
    .map(({ name, manifest }) => `${name}: ${manifest.apiVersion} ${manifest.kind} is not known here`);
  return [...strangers, ...compile(known)];
}

function compile(known) {
  const folder = join(PROJECT_DIR, 'scripts', 'deploy');
  const files = new Map([[join(folder, 'own-types.ts'), OWN]]);
  for (const [index, { manifest }] of known.entries()) {
    const from = MODULES[manifest.apiVersion];
    const text = `export const manifest: import('${from}').${manifest.kind} = ${JSON.stringify(manifest, null, 1)};\n`;
    files.set(join(folder, `manifest-${index}.ts`), text);
  }
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, version) =>
    files.has(file) ? ts.createSourceFile(file, files.get(file), version) : getSourceFile(file, version);
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const index = /manifest-(\d+)\.ts$/.exec(diagnostic.file?.fileName ?? '')?.[1];
    const one = index === undefined ? undefined : known[Number(index)];
    const place =
      one === undefined ? '' : `${one.name}: ${one.manifest.kind} ${one.manifest.metadata?.name}: `;
    return `${place}${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
  });
}
