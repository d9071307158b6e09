/** One numbered step of the database's shape. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Idempotent: running it again on a database that has it changes nothing. */
  readonly sql: string;
}
