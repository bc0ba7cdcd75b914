import { EXPORTABLE_TYPES } from '../lambda/limits.ts';
import type { Skipped } from '../state.ts';

export interface Dataset {
  datasetArn: string;
  /** In capitals: `INTERACTIONS`. */
  datasetType: string;
  /** The name of the dataset group. */
  datasetGroup: string;
}

/** Separates the datasets to export from those that are skipped: datasets of another group than the allowed ones, and
 * datasets of a type that Personalize can't export. */
export function skipDatasets(
  all: Dataset[],
  onlyDatasetGroups?: string[],
): { datasets: Dataset[]; skipped: Skipped[] } {
  const datasets: Dataset[] = [];
  const skipped: Skipped[] = [];
  for (const dataset of all) {
    const reason = reasonToSkip(dataset, onlyDatasetGroups);
    if (reason === undefined) datasets.push(dataset);
    else skipped.push({ datasetArn: dataset.datasetArn, reason });
  }
  return { datasets, skipped };
}

function reasonToSkip({ datasetArn, datasetType, datasetGroup }: Dataset, only?: string[]): string | undefined {
  if (only && !only.includes(datasetGroup)) {
    return `${datasetArn} is in the dataset group ${datasetGroup}, but onlyDatasetGroups is ${only.join(', ')}.`;
  }
  if (!EXPORTABLE_TYPES.includes(datasetType)) {
    return `${datasetArn} has the type ${datasetType}, which Personalize can't export. It exports ${EXPORTABLE_TYPES.join(', ')}.`;
  }
  return undefined;
}
