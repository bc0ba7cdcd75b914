import type { Constraints } from '../protocols/check-input.ts';

const SINGLE_LINE = String.raw`[\u0020-\uD7FF\uD800\uDC00-\uDBFF\uDFFF\uE000-\uFFFD\t]*`;
const name = { min: 1, max: 255, pattern: SINGLE_LINE };
const description = { min: 0, max: 2048 };

/** The constraints in the model of Glue's API (2017-03-31). The SDK's schemas do not have them. */
export const constraints: Constraints = {
  CatalogId: name,
  DatabaseName: name,
  Name: name,
  Owner: name,
  TableType: { max: 255 },
  VersionId: name,
  Description: description,
  Retention: { min: 0 },
  ViewOriginalText: { max: 409_600 },
  ViewExpandedText: { max: 409_600 },
  Location: { max: 2056 },
  InputFormat: { max: 128 },
  OutputFormat: { max: 128 },
  Comment: { min: 0, max: 255 },
  'Column.Type': { min: 0, max: 131_072 },
  SerializationLibrary: name,
};
