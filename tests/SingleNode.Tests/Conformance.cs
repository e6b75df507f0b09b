using ForgeOrleans.Conformance.Audit;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Conformance.Hosting;
using ForgeOrleans.Conformance.Installations;
using ForgeOrleans.Conformance.ProductApis;
using ForgeOrleans.Conformance.RealmMigrations;
using ForgeOrleans.Conformance.Work;

namespace ForgeOrleans.SingleNode.Tests;

// Every actor's behaviour, on this host.
public sealed class SingleNodeInstallations(SingleNodeFixture host) : InstallationTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeInstallationTokens(SingleNodeFixture host) : InstallationTokenTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeAdmissions(SingleNodeFixture host) : AdmissionsTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeInstallationIndex(SingleNodeFixture host) : InstallationIndexTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeAuditLog(SingleNodeFixture host) : AuditLogTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeLife(SingleNodeFixture host) : LifeTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeErasure(SingleNodeFixture host) : ErasureTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeReinstall(SingleNodeFixture host) : ReinstallTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeDocuments(SingleNodeFixture host) : DocumentTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeDocumentVersions(SingleNodeFixture host) : DocumentVersionTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeDocumentRepetitions(SingleNodeFixture host) : DocumentRepetitionTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeDocumentWork(SingleNodeFixture host) : DocumentWorkTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeDocumentListing(SingleNodeFixture host) : DocumentListingTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeRows(SingleNodeFixture host) : RowsTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeTurns(SingleNodeFixture host) : TurnTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeAlarms(SingleNodeFixture host) : AlarmTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeRealmMigrations(SingleNodeFixture host) : RealmMigrationTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeRealmMigrationSlots(SingleNodeFixture host) : RealmMigrationSlotsTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeWorkAttempts(IdleNodeFixture host) : WorkAttemptTests(host), IClassFixture<IdleNodeFixture>;

public sealed class SingleNodeDeadLetters(IdleNodeFixture host) : DeadLetterTests(host), IClassFixture<IdleNodeFixture>;

public sealed class SingleNodeWorkOrder(IdleNodeFixture host) : OrderTests(host), IClassFixture<IdleNodeFixture>;

public sealed class SingleNodeDuplicates(IdleNodeFixture host) : DuplicateTests(host), IClassFixture<IdleNodeFixture>;

public sealed class SingleNodeSchedules(IdleNodeFixture host) : ScheduleTests(host), IClassFixture<IdleNodeFixture>;

public sealed class SingleNodeWorkOperations(IdleNodeFixture host) : WorkOperationTests(host), IClassFixture<IdleNodeFixture>;

public sealed class SingleNodeRuns(SingleNodeFixture host) : RunTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeShares(SingleNodeFixture host) : ShareTests(host), IClassFixture<SingleNodeFixture>;

[Collection(BusyWithoutWaiting.Name)]
public sealed class SingleNodeGateRate(SingleNodeFixture host) : GateRateTests(host), IClassFixture<SingleNodeFixture>;

[Collection(BusyWithoutWaiting.Name)]
public sealed class SingleNodeGateBlock(SingleNodeFixture host) : GateBlockTests(host), IClassFixture<SingleNodeFixture>;

[Collection(BusyWithoutWaiting.Name)]
public sealed class SingleNodeGateQuota(SingleNodeFixture host) : GateQuotaTests(host), IClassFixture<SingleNodeFixture>;

[Collection(BusyWithoutWaiting.Name)]
public sealed class SingleNodeGateLine(SingleNodeFixture host) : GateLineTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeOfflineUsers(SingleNodeFixture host) : OfflineUsersTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeOfflineTokenBudget(SingleNodeFixture host) : OfflineTokenBudgetTests(host), IClassFixture<SingleNodeFixture>;

public sealed class SingleNodeOfflineCalls(SingleNodeFixture host) : OfflineCallTests(host), IClassFixture<SingleNodeFixture>;

/// <summary>Tests that take a core for a second and more, one after the other: others go by clocks that run a thousand times faster than the machine.</summary>
[CollectionDefinition(Name)]
public sealed class BusyWithoutWaiting
{
    public const string Name = "busy without waiting";
}
