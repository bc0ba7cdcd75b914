export function Upload(_: { groups: string[] }) {
  return null;
}
