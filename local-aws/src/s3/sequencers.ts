/** Texts that order what happens to a key: each is greater than those before. They are a time and a count within it. */
export function sequencers(): () => string {
  let last = 0n;
  return () => {
    const time = BigInt(Date.now()) << 20n;
    last = time > last ? time : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, '0');
  };
}
