import { filesThatAreNotWhatTheySay } from './bad-input/files.js';
import { rolesThatMayNot } from './bad-input/roles.js';
import { bodiesThatAreTooLarge } from './bad-input/sizes.js';
import { statementsThatDoMoreThanRead } from './bad-input/statements.js';
import { tensorsThatDoNotFit } from './bad-input/tensors.js';
import { tokensThatNobodyShouldTrust } from './bad-input/tokens.js';
import { namesThatNobodyHas } from './bad-input/unknown.js';
import { idsOfAnotherWorkspace } from './bad-input/workspaces.js';
import { World } from './bad-input/world.js';

describe('bad input is refused with its code, and changes nothing:', () => {
  let made: World;
  let before: unknown;
  const world = (): World => made;

  beforeAll(async () => {
    made = await World.make();
  });
  afterAll(() => made[Symbol.asyncDispose]());

  // Around every test, so that none can forget to look.
  beforeEach(async () => {
    before = await made.held();
  });
  afterEach(async () => {
    expect(await made.held()).toEqual(before);
  });

  describe('files', () => filesThatAreNotWhatTheySay(world));
  describe('SQL', () => statementsThatDoMoreThanRead(world));
  describe('tensors', () => tensorsThatDoNotFit(world));
  describe('names', () => namesThatNobodyHas(world));
  describe('roles', () => rolesThatMayNot(world));
  describe('tokens', () => tokensThatNobodyShouldTrust(world));
  describe('sizes', () => bodiesThatAreTooLarge(world));
  describe('another workspace', () => idsOfAnotherWorkspace(world));
});
