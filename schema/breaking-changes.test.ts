import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { unannouncedChanges } from './breaking-changes.js';

const RELEASED = buildSchema('type Query { cup(size: Int): Int  lid: String }');
const NARROWED = buildSchema('type Query { cup(size: Int!): Int }');
const REMOVED = 'Query.lid was removed';
const REQUIRED = 'Query.cup arg size has changed type from Int to Int!';

describe('breaking changes', () => {
  it('are every removed field and every argument that became stricter', () => {
    expect(unannouncedChanges(RELEASED, NARROWED, '').sort()).toEqual([REQUIRED, REMOVED].sort());
  });

  it('are none where something is only added', () => {
    const wider = buildSchema(
      'type Query { cup(size: Int, ice: Boolean): Int  lid: String  straw: Boolean }',
    );
    expect(unannouncedChanges(RELEASED, wider, '')).toEqual([]);
  });

  it('are allowed one by one by what the changelog announces as unreleased', () => {
    const changelog = `# Changelog\n\n## Unreleased\n\n### Breaking\n\n- \`${REMOVED}\`: no lids.\n\n### Added\n\n- \`${REQUIRED}\`\n`;
    expect(unannouncedChanges(RELEASED, NARROWED, changelog)).toEqual([REQUIRED]);
  });

  it('are not allowed by an entry that only has their words in it', () => {
    for (const entry of [
      `- ${REMOVED}`,
      `- \`Another${REMOVED}\``,
      `- \`${REMOVED} altogether\``,
      `- As \`${REMOVED}\` before`,
      `  \`${REMOVED}\``,
    ]) {
      const changelog = `## Unreleased\n\n### Breaking\n\n${entry}\n`;
      expect(unannouncedChanges(RELEASED, NARROWED, changelog)).toContain(REMOVED);
    }
  });

  it('are not allowed by what an earlier release announced', () => {
    const changelog = `## Unreleased\n\n### Added\n\n- a straw\n\n## 0.1.0\n\n### Breaking\n\n- \`${REMOVED}\`\n- \`${REQUIRED}\`\n`;
    expect(unannouncedChanges(RELEASED, NARROWED, changelog)).toHaveLength(2);
  });
});
