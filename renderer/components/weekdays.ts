/** 1 is Monday, as ISO 8601 counts. */
export const WEEKDAYS: readonly { readonly value: number; readonly label: string; readonly name: string }[] = [
  { value: 1, label: 'Mo', name: 'Monday' },
  { value: 2, label: 'Tu', name: 'Tuesday' },
  { value: 3, label: 'We', name: 'Wednesday' },
  { value: 4, label: 'Th', name: 'Thursday' },
  { value: 5, label: 'Fr', name: 'Friday' },
  { value: 6, label: 'Sa', name: 'Saturday' },
  { value: 7, label: 'Su', name: 'Sunday' },
];
