/** An exact decimal number: `digits / 10^scale`. */
export interface ExactDecimal {
  digits: bigint;
  scale: number;
}

export const ZERO: ExactDecimal = { digits: 0n, scale: 0 };

/** Reads `-12.50`; the scale is that of the text. */
export function parseDecimal(text: string): ExactDecimal {
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

export function addDecimals(left: ExactDecimal, right: ExactDecimal): ExactDecimal {
  const scale = Math.max(left.scale, right.scale);
  return { digits: atScale(left, scale) + atScale(right, scale), scale };
}

/** Below zero, zero or above zero, as for sorting. */
export function compareDecimals(left: ExactDecimal, right: ExactDecimal): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = atScale(left, scale) - atScale(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The quotient rounded half away from zero to so many places more than the number has, without trailing zeros. */
export function divideDecimal(value: ExactDecimal, by: number, morePlaces = 6): string {
  const scale = value.scale + morePlaces;
  const numerator = atScale(value, scale) * 2n;
  const divisor = BigInt(by);
  const sign = numerator < 0n ? -1n : 1n;
  const digits = (sign * numerator + divisor) / (2n * divisor);
  return decimalText({ digits: sign * digits, scale })
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

export function decimalText(value: ExactDecimal): string {
  const negative = value.digits < 0n;
  const digits = (negative ? -value.digits : value.digits).toString().padStart(value.scale + 1, '0');
  const whole = digits.slice(0, digits.length - value.scale);
  const fraction = value.scale === 0 ? '' : `.${digits.slice(digits.length - value.scale)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}

function atScale(value: ExactDecimal, scale: number): bigint {
  return value.digits * 10n ** BigInt(scale - value.scale);
}
