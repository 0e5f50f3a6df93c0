/** How much text a reader accepts. */
export interface TextLimits {
  /** The longest text in UTF-16 units; 65,536 unless told. */
  readonly lengthMax?: number | undefined;
}

export const textLengthMaxDefault = 65_536;
