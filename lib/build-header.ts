/** Tells the pages' renderer which build it draws for: a page says it of itself, and so knows when another one serves. */
export const BUILD_HEADER = 'x-floorcast-build';
