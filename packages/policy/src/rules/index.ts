import type { Rule } from "../rule";
import { bucketsAreClosed } from "./buckets-are-closed";
import { bucketsAreEncryptedAndVersioned } from "./buckets-are-encrypted-and-versioned";
import { bucketsSpeakTlsOnly } from "./buckets-speak-tls-only";
import { dataHasNoWayOut } from "./data-has-no-way-out";
import { databaseCanBeHadBack } from "./database-can-be-had-back";
import { databaseIsEncryptedAndPrivate } from "./database-is-encrypted-and-private";
import { deadServersAreReplaced } from "./dead-servers-are-replaced";
import { defaultSecurityGroupIsEmpty } from "./default-security-group-is-empty";
import { disksAreEncrypted } from "./disks-are-encrypted";
import { dnsQueriesAreLogged } from "./dns-queries-are-logged";
import { flowLogsAreOn } from "./flow-logs-are-on";
import { githubTrustNamesOnePlace } from "./github-trust-names-one-place";
import { keysRotate } from "./keys-rotate";
import { listenersSpeakTls } from "./listeners-speak-tls";
import { loadBalancerIsHardened } from "./load-balancer-is-hardened";
import { logsAreEncrypted } from "./logs-are-encrypted";
import { logsAreKept } from "./logs-are-kept";
import { monitorsCallSomebody } from "./monitors-call-somebody";
import { monitorsCompareWithTheirThreshold } from "./monitors-compare-with-their-threshold";
import { monitorsLinkToARunbook } from "./monitors-link-to-a-runbook";
import { monitorsPageForProductionOnly } from "./monitors-page-for-production-only";
import { monitorsWatchTheirOwnEnvironment } from "./monitors-watch-their-own-environment";
import { namedServersGetTheirAddresses } from "./named-servers-get-their-addresses";
import { nothingGetsAPublicAddress } from "./nothing-gets-a-public-address";
import { outgoingAddressesAreProtected } from "./outgoing-addresses-are-protected";
import { passwordsStayOutOfState } from "./passwords-stay-out-of-state";
import { policiesNameTheirActions } from "./policies-name-their-actions";
import { policiesNameTheirResources } from "./policies-name-their-resources";
import { productionIsProtected } from "./production-is-protected";
import { providerIsBoundToItsAccount } from "./provider-is-bound-to-its-account";
import { proxyIsTheOnlyWayToTheDatabase } from "./proxy-is-the-only-way-to-the-database";
import { proxyReadsOneSecret } from "./proxy-reads-one-secret";
import { proxyStandsInTwoZones } from "./proxy-stands-in-two-zones";
import { proxyTakesTlsOnly } from "./proxy-takes-tls-only";
import { proxyWantsIam } from "./proxy-wants-iam";
import { rolesAreAssumedByOne } from "./roles-are-assumed-by-one";
import { rolesStayWithinTheBoundary } from "./roles-stay-within-the-boundary";
import { securityGroupRulesAreNarrow } from "./security-group-rules-are-narrow";
import { serversAskForAMetadataToken } from "./servers-ask-for-a-metadata-token";
import { serversHaveNoKeyPair } from "./servers-have-no-key-pair";
import { serversStandInTwoZones } from "./servers-stand-in-two-zones";
import { stateBucketSurvives } from "./state-bucket-survives";
import { stateIsEncryptedAndLocked } from "./state-is-encrypted-and-locked";
import { subnetsFollowTheAddressPlan } from "./subnets-follow-the-address-plan";
import { userDataHoldsNoSecret } from "./user-data-holds-no-secret";
import { versionsArePinned } from "./versions-are-pinned";
import { worldReachesTheEdgeOnly } from "./world-reaches-the-edge-only";
import { zonesHaveTheirOwnOutgoingAddress } from "./zones-have-their-own-outgoing-address";
import { zonesLeaveByTheirOwnNat } from "./zones-leave-by-their-own-nat";

/** Every rule, from the state to what watches the platform. */
export const rules: readonly Rule[] = [
  stateIsEncryptedAndLocked,
  providerIsBoundToItsAccount,
  versionsArePinned,
  stateBucketSurvives,
  bucketsAreClosed,
  bucketsSpeakTlsOnly,
  bucketsAreEncryptedAndVersioned,
  keysRotate,
  policiesNameTheirActions,
  policiesNameTheirResources,
  rolesAreAssumedByOne,
  rolesStayWithinTheBoundary,
  githubTrustNamesOnePlace,
  subnetsFollowTheAddressPlan,
  namedServersGetTheirAddresses,
  zonesLeaveByTheirOwnNat,
  zonesHaveTheirOwnOutgoingAddress,
  outgoingAddressesAreProtected,
  dataHasNoWayOut,
  flowLogsAreOn,
  defaultSecurityGroupIsEmpty,
  worldReachesTheEdgeOnly,
  securityGroupRulesAreNarrow,
  nothingGetsAPublicAddress,
  serversAskForAMetadataToken,
  disksAreEncrypted,
  serversHaveNoKeyPair,
  userDataHoldsNoSecret,
  deadServersAreReplaced,
  serversStandInTwoZones,
  listenersSpeakTls,
  loadBalancerIsHardened,
  productionIsProtected,
  dnsQueriesAreLogged,
  databaseIsEncryptedAndPrivate,
  databaseCanBeHadBack,
  passwordsStayOutOfState,
  proxyTakesTlsOnly,
  proxyWantsIam,
  proxyStandsInTwoZones,
  proxyReadsOneSecret,
  proxyIsTheOnlyWayToTheDatabase,
  logsAreKept,
  logsAreEncrypted,
  monitorsCallSomebody,
  monitorsLinkToARunbook,
  monitorsCompareWithTheirThreshold,
  monitorsPageForProductionOnly,
  monitorsWatchTheirOwnEnvironment,
];
