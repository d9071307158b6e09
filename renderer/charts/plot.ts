/** Room left of and right of the plot, px: shared by every chart and strip, so that they stand on one another. */
export const PLOT_LEFT = 36;
export const PLOT_RIGHT = 8;
