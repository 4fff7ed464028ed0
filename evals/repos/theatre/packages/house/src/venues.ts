import { SeatPlan } from './seat-plan';

/** The small house: 18 seats in three rows, the middle one with an aisle. */
export const studio = (): SeatPlan =>
  new SeatPlan([
    { row: 'A', seats: 6, band: 'front' },
    { row: 'B', seats: 6, band: 'front', aislesAfter: [3] },
    { row: 'C', seats: 6, band: 'back' },
  ]);

/** The large house: 96 seats, stalls and circle, both with two aisles. */
export const mainHouse = (): SeatPlan =>
  new SeatPlan(
    ['A', 'B', 'C', 'D', 'AA', 'BB', 'CC', 'DD'].map((row) => ({
      row,
      seats: 12,
      band: row.length === 1 ? 'stalls' : 'circle',
      aislesAfter: [3, 9],
    })),
  );
