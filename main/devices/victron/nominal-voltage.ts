/** 12, 24 or 48 V class by the voltage now; LFP packs of 4, 8 and 16 cells. */
export const nominalVoltage = (voltageV: number): number => (voltageV < 18 ? 12.8 : voltageV < 36 ? 25.6 : 51.2);
