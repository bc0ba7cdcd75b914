/** The reflected polynomials and the numbers of bits of the checksums that can be combined. */
const POLYNOMIALS = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

type Combinable = keyof typeof POLYNOMIALS;
type Field = (typeof POLYNOMIALS)[Combinable];

export function isCombinable(algorithm: string): algorithm is Combinable {
  return Object.hasOwn(POLYNOMIALS, algorithm);
}

/**
 * Computes the CRC of concatenated parts from the parts' CRCs and lengths: for each part, the CRC so far is multiplied by
 * x to the power of the part's number of bits, modulo the polynomial. zlib's `crc32_combine` does the same.
 * @param parts checksums in Base64, lengths in bytes
 */
export function combineCrcs(algorithm: Combinable, parts: readonly { checksum: string; length: number }[]): string {
  const field = POLYNOMIALS[algorithm];
  const shifts = new Map<number, bigint>();
  let combined = 0n;
  for (const { checksum, length } of parts) {
    // All parts but the last usually have the same length.
    const shift = shifts.get(length) ?? powerOfX(BigInt(length) * 8n, field);
    shifts.set(length, shift);
    combined = multiply(shift, combined, field) ^ BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`);
  }
  return Buffer.from(combined.toString(16).padStart(Number(field.bits) / 4, '0'), 'hex').toString('base64');
}

/** In the reflected notation, the highest bit stands for 1 and the next one for x. */
function powerOfX(exponent: bigint, field: Field): bigint {
  let power = 1n << (field.bits - 1n);
  let square = 1n << (field.bits - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(square, power, field);
    square = multiply(square, square, field);
  }
  return power;
}

function multiply(one: bigint, other: bigint, { bits, polynomial }: Field): bigint {
  let product = 0n;
  let shifted = other;
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if (one & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
