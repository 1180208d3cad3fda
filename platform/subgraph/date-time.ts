/**
 * The `DateTime` scalar: a moment, ISO 8601 with an offset. An input also keeps the calendar day that was written, which the
 * moment alone no longer shows: 2026-03-31T00:00:00+07:00 is a moment of the 30th in UTC.
 */
import { GraphQLScalarType } from 'graphql';
import { DateTimeISOResolver } from 'graphql-scalars';

/** A moment as it was written. */
class WrittenDateTime extends Date {
  /** `YYYY-MM-DD` */
  readonly writtenDay: string;

  constructor(moment: Date, text: string) {
    super(moment);
    this.writtenDay = text.slice(0, 'YYYY-MM-DD'.length);
  }
}

/** The day that was written, for inputs; the day in UTC for other moments. */
export function writtenDayOf(moment: Date): string {
  return moment instanceof WrittenDateTime ? moment.writtenDay : moment.toISOString().slice(0, 10);
}

export const DateTimeResolver = new GraphQLScalarType<Date, string>({
  ...DateTimeISOResolver.toConfig(),
  parseValue(value) {
    const moment = DateTimeISOResolver.parseValue(value);
    return typeof value === 'string' ? new WrittenDateTime(moment, value) : moment;
  },
  parseLiteral(node, variables) {
    const moment = DateTimeISOResolver.parseLiteral(node, variables);
    return node.kind === 'StringValue' ? new WrittenDateTime(moment, node.value) : moment;
  },
});
