using ForgeOrleans.Conformance.Audit;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Conformance.Hosting;
using ForgeOrleans.Conformance.Installations;
using ForgeOrleans.Conformance.ProductApis;
using ForgeOrleans.Conformance.RealmMigrations;
using ForgeOrleans.Conformance.Work;

namespace ForgeOrleans.Cluster.Tests.PostgreSql;

// Every actor's behaviour, on two silos and PostgreSQL.
[Collection(DatabaseServer.Name)]
public sealed class DatabaseInstallations(TwoSilosWithDatabase host) : InstallationTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseInstallationTokens(TwoSilosWithDatabase host) : InstallationTokenTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseAdmissions(TwoSilosWithDatabase host) : AdmissionsTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseInstallationIndex(TwoSilosWithDatabase host) : InstallationIndexTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseAuditLog(TwoSilosWithDatabase host) : AuditLogTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseLife(TwoSilosWithDatabase host) : LifeTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseErasure(TwoSilosWithDatabase host) : ErasureTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseReinstall(TwoSilosWithDatabase host) : ReinstallTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDocuments(TwoSilosWithDatabase host) : DocumentTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDocumentVersions(TwoSilosWithDatabase host) : DocumentVersionTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDocumentRepetitions(TwoSilosWithDatabase host) : DocumentRepetitionTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDocumentWork(TwoSilosWithDatabase host) : DocumentWorkTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDocumentListing(TwoSilosWithDatabase host) : DocumentListingTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseRows(TwoSilosWithDatabase host) : RowsTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseTurns(TwoSilosWithDatabase host) : TurnTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseAlarms(TwoSilosWithDatabase host) : AlarmTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseRealmMigrations(TwoSilosWithDatabase host) : RealmMigrationTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseRealmMigrationSlots(TwoSilosWithDatabase host) : RealmMigrationSlotsTests(host), IClassFixture<TwoSilosWithDatabase>;

// What depends most on how many silos there are, on three.
[Collection(DatabaseServer.Name)]
public sealed class ThreeSilosDocuments(ThreeSilosWithDatabase host) : DocumentTests(host), IClassFixture<ThreeSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class ThreeSilosRows(ThreeSilosWithDatabase host) : RowsTests(host), IClassFixture<ThreeSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseWorkAttempts(TwoIdleSilosWithDatabase host) : WorkAttemptTests(host), IClassFixture<TwoIdleSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDeadLetters(TwoIdleSilosWithDatabase host) : DeadLetterTests(host), IClassFixture<TwoIdleSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseWorkOrder(TwoIdleSilosWithDatabase host) : OrderTests(host), IClassFixture<TwoIdleSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseDuplicates(TwoIdleSilosWithDatabase host) : DuplicateTests(host), IClassFixture<TwoIdleSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseSchedules(TwoIdleSilosWithDatabase host) : ScheduleTests(host), IClassFixture<TwoIdleSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseWorkOperations(TwoIdleSilosWithDatabase host) : WorkOperationTests(host), IClassFixture<TwoIdleSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseRuns(TwoSilosWithDatabase host) : RunTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseShares(TwoSilosWithDatabase host) : ShareTests(host), IClassFixture<TwoSilosWithDatabase>
{
    protected override int Many => 2_000;
}

[Collection(DatabaseServer.Name)]
public sealed class DatabaseGateRate(TwoSilosWithDatabase host) : GateRateTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseGateBlock(TwoSilosWithDatabase host) : GateBlockTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseGateQuota(TwoSilosWithDatabase host) : GateQuotaTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseGateLine(TwoSilosWithDatabase host) : GateLineTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseOfflineUsers(TwoSilosWithDatabase host) : OfflineUsersTests(host), IClassFixture<TwoSilosWithDatabase>;

[Collection(DatabaseServer.Name)]
public sealed class DatabaseOfflineTokenBudget(TwoSilosWithDatabase host) : OfflineTokenBudgetTests(host), IClassFixture<TwoSilosWithDatabase>;
