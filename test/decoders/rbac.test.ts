import { describe, expect, it } from 'vitest';
import { readRbacWrite } from '../../src/decoders/rbac.ts';

const STARS = { verbs: ['*'], resources: ['*'] };
const SPLIT = [
  { verbs: ['*'], resources: ['pods'] },
  { verbs: ['get'], resources: ['*'] },
];
const ANONYMOUS = { kind: 'User', name: 'system:anonymous' };
const answer = (rules: unknown) => ({ responseObject: { kind: 'ClusterRole', rules } });
const body = (requestObject: unknown) => ({ requestObject });

describe('readRbacWrite', () => {
  it.each([
    {
      name: 'a result with both stars in one entry',
      doc: answer([STARS]),
      content: 'result',
      wildcard: true,
    },
    { name: 'stars in different entries', doc: answer(SPLIT), content: 'result', wildcard: false },
    { name: 'a result without rules', doc: answer(undefined), content: 'result', wildcard: false },
    {
      name: 'the body when the answer is a Table',
      doc: { responseObject: { kind: 'Table', rules: [STARS] }, ...body({ rules: SPLIT }) },
      content: 'request',
      wildcard: false,
    },
    {
      name: 'the result and not the body',
      doc: { ...answer(SPLIT), ...body({ rules: [STARS] }) },
      content: 'result',
      wildcard: false,
    },
    {
      name: 'a role of another kind as answer',
      doc: { responseObject: { kind: 'Role', rules: [STARS] } },
      content: 'none',
      wildcard: false,
    },
    {
      name: 'a merge patch without rules',
      doc: body({ metadata: { labels: {} } }),
      content: 'request',
      wildcard: false,
    },
    { name: 'no body', doc: {}, content: 'none', wildcard: false },
    {
      name: 'bodies that are null',
      doc: { requestObject: null, responseObject: null },
      content: 'none',
      wildcard: false,
    },
    { name: 'a body that is text', doc: body('apiVersion: v1'), content: 'none', wildcard: false },
    {
      name: 'verbs that are no list',
      doc: body({ rules: [{ verbs: '*', resources: '*' }] }),
      content: 'request',
      wildcard: false,
    },
    {
      name: 'a JSON patch that adds an entry',
      doc: body([{ op: 'add', path: '/rules/-', value: STARS }]),
      content: 'request',
      wildcard: true,
    },
    {
      name: 'a JSON patch of all rules',
      doc: body([{ op: 'replace', path: '/rules', value: [STARS] }]),
      content: 'request',
      wildcard: true,
    },
    {
      name: 'a JSON patch of the whole object',
      doc: body([{ op: 'replace', path: '', value: { rules: [STARS] } }]),
      content: 'request',
      wildcard: true,
    },
    {
      name: 'a JSON patch of a label',
      doc: body([{ op: 'add', path: '/metadata/labels/x', value: 'y' }]),
      content: 'request',
      wildcard: false,
    },
    {
      name: 'a JSON patch inside an entry',
      doc: body([{ op: 'replace', path: '/rules/0/verbs', value: ['*'] }]),
      content: 'partial',
      wildcard: false,
    },
    {
      name: 'a JSON patch that moves from inside an entry',
      doc: body([{ op: 'move', from: '/rules/0/verbs', path: '/metadata/x' }]),
      content: 'partial',
      wildcard: false,
    },
    {
      name: 'a JSON patch that removes inside an entry',
      doc: body([{ op: 'remove', path: '/rules/0/resources/0' }]),
      content: 'partial',
      wildcard: false,
    },
    {
      name: 'a JSON patch with escapes in its path',
      doc: body([{ op: 'add', path: '/rul~0es/0', value: STARS }]),
      content: 'request',
      wildcard: false,
    },
    { name: 'an empty JSON patch', doc: body([]), content: 'request', wildcard: false },
    {
      name: 'operations that are none',
      doc: body([null, 7, { path: 3 }]),
      content: 'request',
      wildcard: false,
    },
  ])('$name', ({ doc, content, wildcard }) => {
    expect(readRbacWrite('clusterroles', doc)).toMatchObject({ content, wildcardRule: wildcard });
  });

  it.each([
    {
      name: 'of the result',
      doc: { responseObject: { kind: 'RoleBinding', subjects: [ANONYMOUS] } },
      subjects: ['system:anonymous'],
    },
    {
      name: 'of the body',
      doc: body({ subjects: [ANONYMOUS, { kind: 'Group' }, null] }),
      subjects: ['system:anonymous'],
    },
    {
      name: 'of an added entry',
      doc: body([{ op: 'add', path: '/subjects/-', value: ANONYMOUS }]),
      subjects: ['system:anonymous'],
    },
    {
      name: 'none after removing one',
      doc: { responseObject: { kind: 'RoleBinding' }, ...body([{ op: 'remove', path: '/subjects/0' }]) },
      subjects: [],
    },
  ])('reads the subjects $name', ({ doc, subjects }) => {
    expect(readRbacWrite('rolebindings', doc).subjects).toEqual(subjects);
  });
});
