import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Reads an option that can be given once. Otherwise the last one would replace those before it. */
export function once<Value>(read: (text: string) => Value): (text: string, previous?: Value) => Value {
  return (text, previous) => {
    if (previous === undefined) return read(text);
    throw new InvalidArgumentError('Give this option once. To export several datasets, use --group-arn or --request.');
  };
}

/** Reads an option that is a duration in seconds, above 0 and at most a day. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 86_400) return value;
  throw new InvalidArgumentError('Give a number of seconds above 0 and at most 86400.');
}
