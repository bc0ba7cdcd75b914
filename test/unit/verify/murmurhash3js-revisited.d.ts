declare module 'murmurhash3js-revisited' {
  interface Variant {
    hash32(bytes: Uint8Array, seed?: number): number;
    /** 32 hexadecimal digits. */
    hash128(bytes: Uint8Array, seed?: number): string;
  }
  const murmurHash: { x86: Variant };
  export default murmurHash;
}
