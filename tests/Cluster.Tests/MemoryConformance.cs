using ForgeOrleans.Conformance.Audit;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Conformance.Hosting;
using ForgeOrleans.Conformance.Installations;

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

public sealed class MemoryDocumentListing(TwoSilos host) : DocumentListingTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryRows(TwoSilos host) : RowsTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryTurns(TwoSilos host) : TurnTests(host), IClassFixture<TwoSilos>;

public sealed class MemoryAlarms(TwoSilos host) : AlarmTests(host), IClassFixture<TwoSilos>;

// What depends most on how many silos there are, on three.
public sealed class ThreeSilosTurns(ThreeSilos host) : TurnTests(host), IClassFixture<ThreeSilos>;

public sealed class ThreeSilosAlarms(ThreeSilos host) : AlarmTests(host), IClassFixture<ThreeSilos>;
