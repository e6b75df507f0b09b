using ForgeOrleans.Conformance.Audit;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Conformance.Hosting;
using ForgeOrleans.Conformance.Installations;
using ForgeOrleans.Conformance.ProductApis;
using ForgeOrleans.Conformance.RealmMigrations;
using ForgeOrleans.Conformance.Work;

namespace ForgeOrleans.Cluster.Tests;

// Every actor's behaviour, on two silos and a storage provider.
public sealed class MemoryInstallations(TwoSilos host) : InstallationTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryInstallationTokens(TwoSilos host) : InstallationTokenTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryAdmissions(TwoSilos host) : AdmissionsTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryInstallationIndex(TwoSilos host) : InstallationIndexTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryAuditLog(TwoSilos host) : AuditLogTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryLife(TwoSilos host) : LifeTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryErasure(TwoSilos host) : ErasureTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryReinstall(TwoSilos host) : ReinstallTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryDocuments(TwoSilos host) : DocumentTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryDocumentVersions(TwoSilos host) : DocumentVersionTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryDocumentRepetitions(TwoSilos host) : DocumentRepetitionTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryDocumentWork(TwoSilos host) : DocumentWorkTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryDocumentListing(TwoSilos host) : DocumentListingTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryRows(TwoSilos host) : RowsTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryTurns(TwoSilos host) : TurnTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryAlarms(TwoSilos host) : AlarmTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryRealmMigrations(TwoSilos host) : RealmMigrationTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryRealmMigrationSlots(TwoSilos host) : RealmMigrationSlotsTests(host), IClassFixture<TwoSilos>;

// What depends most on how many silos there are, on three.
public sealed class ThreeSilosTurns(ThreeSilos host) : TurnTests(host), IClassFixture<ThreeSilos>;

public sealed class ThreeSilosAlarms(ThreeSilos host) : AlarmTests(host), IClassFixture<ThreeSilos>;

public sealed class MemoryWorkAttempts(TwoIdleSilos host) : WorkAttemptTests(host), IClassFixture<TwoIdleSilos>;

public sealed class MemoryDeadLetters(TwoIdleSilos host) : DeadLetterTests(host), IClassFixture<TwoIdleSilos>;

public sealed class MemoryWorkOrder(TwoIdleSilos host) : OrderTests(host), IClassFixture<TwoIdleSilos>;

public sealed class MemoryDuplicates(TwoIdleSilos host) : DuplicateTests(host), IClassFixture<TwoIdleSilos>;

public sealed class MemorySchedules(TwoIdleSilos host) : ScheduleTests(host), IClassFixture<TwoIdleSilos>;

public sealed class MemoryWorkOperations(TwoIdleSilos host) : WorkOperationTests(host), IClassFixture<TwoIdleSilos>;

public sealed class MemoryRuns(TwoSilos host) : RunTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryShares(TwoSilos host) : ShareTests(host), IClassFixture<TwoSilos>
{
    protected override int Many => 300;
}

public sealed class MemoryGateRate(TwoSilos host) : GateRateTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryGateBlock(TwoSilos host) : GateBlockTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryGateQuota(TwoSilos host) : GateQuotaTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryGateLine(TwoSilos host) : GateLineTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryOfflineUsers(TwoSilos host) : OfflineUsersTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryOfflineTokenBudget(TwoSilos host) : OfflineTokenBudgetTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryOfflineCalls(TwoSilos host) : OfflineCallTests(host), IClassFixture<TwoSilos>;
