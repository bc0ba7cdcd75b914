/** Returns a function that gives a larger result with each call, even when the results are compared as text. */
export function sequencers(): () => string {
  let last = 0n;
  return () => {
    const time = BigInt(Date.now()) << 20n;
    last = time > last ? time : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, '0');
  };
}
