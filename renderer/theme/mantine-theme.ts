import { createTheme } from '@mantine/core';

/** Mantine takes its values from the tokens (see mantine.css); this only sets what a variable cannot. */
export const mantineTheme = createTheme({
  primaryColor: 'gray',
  primaryShade: 9,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'var(--font)',
  components: {
    // Hints stand below their inputs, so that the inputs of a row share one line.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
  },
});
