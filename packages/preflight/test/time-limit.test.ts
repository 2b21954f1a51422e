import { sandbox } from "../../../__tests__/fixtures/environment";
import { awsClients } from "../src/aws";
import { preflight } from "../src/preflight";
import { answerInstead, stacksOf } from "./support/stand-in";

test("a preflight ends although nothing answers", async () => {
  const aws = awsClients(sandbox.region);
  const never = () => new Promise<never>(() => undefined);
  const identity = { Account: sandbox.accountId, Arn: "arn:aws:iam::109876543210:user/a" };
  answerInstead(aws, { "STS:GetCallerIdentity": identity, "*": never });
  const done: string[] = [];
  const found = await preflight({
    environment: sandbox,
    stacks: stacksOf(sandbox),
    aws,
    variables: () => "a key",
    network: { get: never, ask: never },
    limitMs: 50,
    onDone: (title) => done.push(title),
  });
  expect(
    found
      .filter(({ verdict }) => verdict === "warning")
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(done.sort());
  expect(new Set(found.slice(1).map(({ text }) => text))).toEqual(
    new Set(["not checked: no answer within 0.05 seconds"]),
  );
});
