export { CiRoles } from "./ci-roles";
export { assumedByGithub, githubProviderArn } from "./github-trust";
export { assumedByService, assumedByServiceWithoutSource, policyDocument, type Statement } from "./policy-document";
export { type Grantee, RolePolicy } from "./role-policy";
