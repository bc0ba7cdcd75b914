/** cliui has no types of its own. These are of the part that is used here. */
declare module 'cliui' {
  interface Column {
    text: string;
    width?: number;
    /** Top, right, bottom, left. */
    padding?: [number, number, number, number];
  }

  interface Ui {
    /** Adds a row of columns. */
    div(...columns: (Column | string)[]): unknown;
    toString(): string;
  }

  export default function cliui(options: { width: number; wrap?: boolean }): Ui;
}
