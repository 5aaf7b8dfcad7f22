/** Problems by values file; none where all is well. */
export function lintChart(folder: string): string[];
/** Its manifests with these values; throws where it refuses them. */
export function renderChart(folder: string, valuesFile: string, ...more: string[]): unknown[];
