import { expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { parseShelfTopic, readingTopicOf, topicPrefixOf } from './shelf-topic.js';

const shelf = { id: newId(), outletId: newId() };

test('a shelf’s topic is read back as it was made', () => {
  const { id: shelfId, outletId } = shelf;
  expect(parseShelfTopic(readingTopicOf(shelf))).toEqual({ outletId, shelfId, channel: 'reading' });
  expect(parseShelfTopic(`${topicPrefixOf(shelf)}status`)).toEqual({ outletId, shelfId, channel: 'status' });
});

test.each([
  '',
  'kedai/v1/x/shelves/y/reading',
  `kedai/v1/${shelf.outletId}/shelves/${shelf.id}/readings`,
  `/kedai/v1/${shelf.outletId}/shelves/${shelf.id}/reading`,
  `kedai/v1/${shelf.outletId}/shelves/${shelf.id}/reading/`,
  `kedai/v1/${shelf.outletId}/shelves//reading`,
])('%j is no topic of a shelf', (topic) => {
  expect(parseShelfTopic(topic)).toBeUndefined();
});
