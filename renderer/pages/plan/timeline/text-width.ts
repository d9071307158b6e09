/** How wide a text is in the font of the blocks, px: asked of a canvas, since the layout has to know before it draws. */
export const createTextWidth = (font: string): ((text: string) => number) => {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    if (context) context.font = font;
    const width = context ? context.measureText(text).width : text.length * 6.5;
    known.set(text, width);
    return width;
  };
};
