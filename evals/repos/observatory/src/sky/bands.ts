/** Colours of glass filters, and two bands of the dishes. */
export type OpticalBand = 'B' | 'V' | 'R' | 'I';
export type RadioBand = '21cm' | '3cm';
export type Band = OpticalBand | RadioBand;

/** Dishes see by day, beside the moon and through clouds. */
export const isRadio = (band: Band): band is RadioBand => band === '21cm' || band === '3cm';

/** The order in which filters sit in every wheel of the network. */
export const WHEEL_ORDER: readonly OpticalBand[] = ['B', 'V', 'R', 'I'];
