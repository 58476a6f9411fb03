/** Pixels of a row in a grid, its line included. */
export const ROW_HEIGHT = 24;
