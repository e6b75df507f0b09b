using System.Text;
using ForgeOrleans.Audit;
using System.Text.Json;
using ForgeOrleans.Documents;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.ProductApis;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>One of each message, with every member of the first version set. They stay as they are: the published files hold them.</summary>
internal static class Samples
{
    public const string InstallationId = "9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0001";
    public const string AccountId = "557058:0a6b";

    public static readonly DateTimeOffset Issued = new(2026, 3, 2, 9, 0, 0, 123, TimeSpan.Zero);

    public static readonly ProductContext Context =
        new("confluence", "https://api.atlassian.com/ex/confluence/c1", "c1c1c1c1-1d6c-4a53-8a4e-3f1f7c7d0002", "ws-1");

    public static readonly License License = new()
    {
        Active = true,
        Type = "commercial",
        BillingPeriod = "MONTHLY",
        IsEvaluation = false,
        SubscriptionEndDate = "2027-01-01T00:00:00.000Z",
        TrialEndDate = "2026-06-01T00:00:00.000Z",
        CapabilitySet = "capabilityStandard",
        EntitlementId = "e1",
        EntitlementSlug = "E-1",
    };

    public static readonly InstallationFacts Facts = new()
    {
        InstallationId = InstallationId,
        AppId = "9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0003",
        AppVersion = "4.2.0",
        EnvironmentId = "9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0004",
        EnvironmentType = "PRODUCTION",
        ApiBaseUrl = "https://api.atlassian.com/ex/confluence/c1",
        Contexts = [Context],
        License = License,
        IssuedAt = Issued,
    };

    public static readonly AccessToken Token = new(Encoding.UTF8.GetBytes("sample.of.no-token"), Issued.AddHours(1));

    private static readonly DocumentName Name = new("notes", "one");
    private static readonly StoredDocument Document = new("one", 7, Encoding.UTF8.GetBytes("""{"text":"ü"}"""));
    private static readonly DocumentChange Change = new(Name, Document.Utf8Json, 6);
    private static readonly IndexedInstallation Indexed = new(InstallationId, Issued);
    private static readonly Adoption Adoption = new("9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0005", Issued.AddHours(2), IsComplete: true, Copied: 7, Kept: 2);

    private static readonly InstallationLife Life = new()
    {
        State = LifeState.Uninstalled,
        Since = Issued,
        Cause = LifeCause.Inferred,
        InstalledAt = Issued.AddDays(-9),
        LastSeen = Issued.AddDays(-2),
        RefusedSince = Issued.AddDays(-1),
        RefusedStatus = 403,
        EraseAt = Issued.AddDays(30),
        ErasedAt = Issued.AddDays(-20),
        IsErasing = true,
        Former = ["9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0005"],
        Later = ["9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0006"],
        Adoption = Adoption,
    };

    private static readonly RealmMigration Migration = new("17", Issued.AddDays(1), Issued.AddDays(2), "EU");
    private static readonly MigrationRecord Migrated = new(Migration, RealmMigrationState.Refused, 2, Issued, RealmMigrationErrors.RegionNotSupported);
    private static readonly WorkOrigin Origin = new(Issued, "jti-1", "core:endpoint", "on-update", "4.2.0", true, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "{}"u8.ToArray());
    private static readonly WorkItem Work = new()
    {
        ItemId = "019c0c3e-1d6c-7a53-8a4e-3f1f7c7d0005",
        Kind = WorkKind.Event,
        Key = "avi:jira:updated:issue",
        Path = "/events",
        OrderingKey = "entity/issue/10001",
        DeduplicationKey = "event/events/5f0c",
        Deduplication = Deduplication.OnlyRepetitions,
        Interval = TimeSpan.FromHours(1),
        Schedule = "nightly",
        NotBefore = Issued.AddHours(2),
        IsReplayed = true,
        AcceptedAt = Issued.AddSeconds(1),
        Origin = Origin,
        Payload = Document.Utf8Json,
    };
    private static readonly WorkProgress Progress = new(17, "half of it");
    private static readonly LeaseName Lease = new(5, "0123456789abcdef", Progress);
    private static readonly WorkLease Leased = new("0123456789abcdef", 5, 2, Work, Document.Utf8Json);
    private static readonly AcceptedItem Accepted = new(Work.ItemId, true);
    private static readonly WorkSchedule Schedule = new()
    {
        Name = "nightly",
        Job = "reindex",
        Every = TimeSpan.FromHours(3),
        Cron = "0 30 2 ? * MON-FRI",
        TimeZone = "Europe/Berlin",
        Payload = Document.Utf8Json,
        OrderingKey = "reindex",
        IssuedAt = Issued.AddMinutes(-1),
        Next = Issued.AddDays(1),
        Last = Issued,
    };
    private static readonly TriggerRecord Trigger =
        new("hourly", Issued, Issued.AddSeconds(1), Issued.AddSeconds(9), "succeeded", TimeSpan.FromSeconds(8), 40, Issued.AddHours(1), true);
    private static readonly RunningItem Running = new(Work.ItemId, WorkKind.Job, "reindex", 3, Issued, "silo", Progress);
    private static readonly DeadLetter Dead = new(Work, 8, "InvalidOperationException: no", Issued);
    private static readonly ExportedRow Exported = new("queue", JsonElement.Parse("""{"waiting":3}"""));
    private static readonly AuditEntry Entry =
        new("0199c0de-0000-7000-8000-000000000001", Issued, "ada", "dead-letter.replay", InstallationId, "an-item", AuditOutcome.Failed, "unavailable");

    private static readonly LimitName Limit = new("jira", LimitScope.Issue, "ABC-1");
    private static readonly PermitPlace Place = new(Limit, 17);
    private static readonly LimitedCall Call = new("jira", "PUT", "PUT /rest/api/3/issue/{}", "ABC-1", 50);
    private static readonly QuotaReading Quota = new(100_100, 17_842, TimeSpan.FromSeconds(2107));
    private static readonly CallRefusal RateRefusal = new("jira-burst-based", TimeSpan.FromSeconds(3), ResetHasPassed: true);
    private static readonly CallReading Reading = new("jira", Call.Endpoint) { Issue = "ABC-1", Site = Quota, App = Quota, PerSecond = 50, IsNearLimit = true, Refusal = RateRefusal };
    private static readonly PermitReturn Returned = new(Call, true, Place);
    private static readonly CallNews News = new(Facts.AppId, [Reading], Returned);
    private static readonly LimitView Limited = new(Limit, 100, 7, Issued, "jira-per-issue-on-write", true, 3, 1_000, 20, 4, 2);

    private static readonly AuditedEntry Audited = new("7ffffe63522b18c4/0199c0de-0000-7000-8000-000000000001", Entry);

    private static readonly OfflineUser Offline = new("ari:cloud:jira::site/c1c1c1c1-1d6c-4a53-8a4e-3f1f7c7d0002", AccountId);
    private static readonly OfflineTokenFailure Refusal = new("The platform does not let the app act as this user: no", IsPermanent: true, "no");
    private static readonly OfflineTokenOutcome Outcome = new(Token, Refusal, TimeSpan.FromMinutes(59));

    public static IReadOnlyDictionary<Type, object> All { get; } = new object[]
    {
        new AdmissionRequest(Facts, Token, AccountId, Token), Admission.RefusedOtherApp, new TokenRequest(AccountId), DescribeRequest.Instance,
        Facts, Context, License, Token,
        new IndexEntry(Indexed, "c1"), Indexed, new IndexQuery("c1", InstallationId, 50), new IndexPage([Indexed]),
        Name, Document, new DocumentQuery("notes", "o", "n", 20), new StoredPage([Document], "one"), Change,
        new LifeRequest(WithLater: true), Life, LifeState.Erased, LifeCause.Retention, Adoption, new LifecycleNote("uninstalled", Issued, LifeCause.Operator),
        new ProductNote(403, Issued, Issued.AddHours(1)), new InstallationErasure(Issued), new InstallationErasureAnswer(true, false),
        new AdoptionRequest(Adoption.From), new AdoptionAnswer(AdoptionOutcome.Busy, Adoption), AdoptionOutcome.NoSuchFormer, new IndexRemoval(InstallationId, "c1"),
        new RestartRequest(Issued), new DocumentsToAdopt([new("document/notes/one", JsonElement.Parse("""{"version":7,"document":{"text":"ü"}}"""))], Issued), new AdoptedDocuments(3, 4),
        new DocumentChanges([Change, new(Name, null, null)], "5f0c9a1e7b3d2468", IsRepetition: true), new DocumentCommit(7, 1, new(Name, 6, 5)), new DocumentConflict(Name, 6, 5),
        Migration, Migrated, RealmMigrationState.ReadyToCommit, RealmMigrationHook.Commit, new HookEntry(RealmMigrationHook.Schedule, "17", "c1", Migration),
        HookDecision.Wait, new HookTurn(HookDecision.Run, "E0002", Migrated), HookOutcome.CutOff, new HookExit(RealmMigrationHook.Commit, "17", "c1", HookOutcome.Failed, "E0002"),
        new MigrationStep("17", 2, RealmMigrationState.Running, "E0002", Migration), new MigrationAdvance(true, IsBusy: true, Migrated), new MigrationQuery("17"),
        new SlotRequest(InstallationId, "17", Issued), new SlotAnswer(true), new SlotReturn(InstallationId, "17"),
        Limit, LimitScope.App, Place, Call, Quota, RateRefusal, Reading, Returned, News, Limited, new GateView([Limited]), GateQuery.Instance,
        new PermitRequest(Facts.AppId, Call, true, TimeSpan.FromSeconds(20)) { Place = Place, IsRetry = true, News = News },
        new PermitAnswer(PermitVerdict.AskAgain, TimeSpan.FromSeconds(1), Place, Limit, "jira-per-issue-on-write"), PermitVerdict.Refused,
        new PointsRequest("jira", 20, 3) { Reading = Quota, IsNearLimit = true, Refusal = RateRefusal }, new PointsAnswer(20, 65_000, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), "near-limit"),
        Work, Origin, Progress, Lease, Leased, Accepted, Schedule, Trigger, Running, Dead, Exported, Deduplication.WithinInterval, WorkOutcome.FailedForGood,
        new WorkBatch([Work]), new Acceptance([Accepted]), new LeaseRequest("silo", 8), new LeasedWork([Leased], true), new RenewRequest([Lease]), new LeaseRenewal([5]),
        new CheckpointRequest(Lease, Document.Utf8Json), new WorkReport(Lease, WorkOutcome.Failed, "no", TimeSpan.FromSeconds(30)), new ReportAnswer(true),
        ResumeRequest.Instance, QueueRequest.Instance, new QueueDescription(3, 1, 2, Issued, true, true, true, [Trigger], [Schedule], [Running]),
        new DeadLetterQuery(Work.ItemId, 20), new DeadLetterPage([Dead], Work.ItemId), new DeadLetterChoice(Work.ItemId, Work.ItemId, Issued), new DeadLetterAnswer(1, true, Work.ItemId),
        new ScheduleRequest("nightly"), new ScheduleAnswer(true, Schedule), new SwitchRequest(true), new ExportQuery("item"), new ExportPage([Exported], "queue"),
        new ErasureRequest(Issued), new ErasureAnswer(true),
        new TokenExpiries(Issued, 3, Issued.AddHours(1)), Entry, Audited, new AuditQuery(InstallationId, Audited.Position, 50), new AuditPage([Audited], Audited.Position),
        Offline, Refusal, Outcome, new OfflineTokenRequest(Offline, Facts.AppId, "0123456789abcdef", Token), OfflineTokenDecision.Busy,
        new OfflineTokenAnswer(OfflineTokenDecision.Known, TimeSpan.FromSeconds(2), Outcome), OfflineTokenErasure.Instance,
        new OfflineTokenReport(Offline, Facts.AppId, "0123456789abcdef", Outcome, TimeSpan.FromSeconds(30)),
        new OfflineBudgetRequest(5), new OfflineBudgetGrant(5, TimeSpan.FromSeconds(40)), new OfflineBudgetBlock(TimeSpan.FromSeconds(30)),
    }.ToDictionary(sample => sample.GetType());
}
