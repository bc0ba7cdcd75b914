/** The stage `local` of this service, as `scripts/package-local.ts` packages it for the local AWS. */
export const localStack = {
  packageDir: '.local/package',
  stackName: 'personalize-dataset-export-local',
};
