import { expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { parseShelfTopic, readingTopicOf, topicPrefixOf } from './shelf-topic.js';

const shelf = { id: newId(), outletId: newId() };

test('a shelf’s topic is read back as it was made', () => {
  const { id: shelfId, outletId } = shelf;
  const own = { outletId, shelfId };
  const reading = { ...own, channel: 'reading', rest: 'reading' };
  expect(parseShelfTopic(readingTopicOf(shelf))).toEqual(reading);
  expect(parseShelfTopic(`${topicPrefixOf(shelf)}status`)).toEqual({
    ...own,
    channel: 'status',
    rest: 'status',
  });
  const other = { ...own, channel: 'other', rest: 'sensor/weight/state' };
  expect(parseShelfTopic(`${topicPrefixOf(shelf)}sensor/weight/state`)).toEqual(other);
});

test.each([
  '',
  'kedai/v1/x/shelves/y/reading',
  `kedai/v1/${shelf.outletId}/shelves/${shelf.id}/`,
  `/kedai/v1/${shelf.outletId}/shelves/${shelf.id}/reading`,
  `kedai/v1/${shelf.outletId}/shelves//reading`,
])('%j is no topic of a shelf', (topic) => {
  expect(parseShelfTopic(topic)).toBeUndefined();
});
