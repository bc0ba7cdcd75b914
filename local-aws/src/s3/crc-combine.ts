/** The reflected polynomials of the checksums that combine, and how many bits they have. */
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
 * The CRC of parts put together, out of the parts' own CRCs and lengths, without their bytes: that of the first is
 * multiplied by x to the number of bits that follow, modulo the polynomial, and so on. As zlib's `crc32_combine` does.
 * @param parts checksums in Base64, lengths in bytes
 */
export function combineCrcs(algorithm: Combinable, parts: readonly { checksum: string; length: number }[]): string {
  const field = POLYNOMIALS[algorithm];
  const shifts = new Map<number, bigint>();
  let combined = 0n;
  for (const { checksum, length } of parts) {
    // Parts but the last are mostly of one length.
    const shift = shifts.get(length) ?? powerOfX(BigInt(length) * 8n, field);
    shifts.set(length, shift);
    combined = multiply(shift, combined, field) ^ BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`);
  }
  return Buffer.from(combined.toString(16).padStart(Number(field.bits) / 4, '0'), 'hex').toString('base64');
}

/** In the reflected notation the highest bit is 1, the next x. */
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
