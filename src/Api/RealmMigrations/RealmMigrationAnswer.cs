using System.Text.Json.Serialization;
using ForgeOrleans.RealmMigrations;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.RealmMigrations;

/// <summary>What the hooks are answered (contract section 9).</summary>
internal static class RealmMigrationAnswer
{
    private const string Failed = "failed";

    /// <summary>Answers a hook: well, or with a code.</summary>
    public static IResult Of(string? errorCode, int status = StatusCodes.Status200OK) =>
        errorCode is null ? Results.Json(new { }, statusCode: status) : Results.Json(new Refusal(errorCode), statusCode: StatusOf(errorCode));

    /// <summary>Answers what the status is: always 200, for the platform takes anything else for the end of the migration.</summary>
    public static IResult Of(MigrationRecord? record, string unknown) => Results.Json(record switch
    {
        null => new Status(Failed, unknown),
        { State: RealmMigrationState.Failed or RealmMigrationState.Refused } => new Status(Failed, record.ErrorCode ?? RealmMigrationErrors.Other),
        _ => new Status(Name(record.State)),
    });

    private static string Name(RealmMigrationState state) => state switch
    {
        RealmMigrationState.Scheduling => "scheduling",
        RealmMigrationState.Scheduled => "scheduled",
        RealmMigrationState.Running => "running",
        RealmMigrationState.ReadyToCommit => "ready-to-commit",
        RealmMigrationState.Committed => "committed",
        RealmMigrationState.RollingBack => "rolling-back",
        RealmMigrationState.RolledBack => "rolled-back",
        _ => Failed,
    };

    // Anything but 401, which would say that the token is not valid.
    private static int StatusOf(string errorCode) => errorCode switch
    {
        RealmMigrationErrors.NotScheduled => StatusCodes.Status409Conflict,
        RealmMigrationErrors.RegionNotSupported => StatusCodes.Status422UnprocessableEntity,
        RealmMigrationErrors.NotSupported => StatusCodes.Status501NotImplemented,
        RealmMigrationErrors.TooManyAtOnce => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status500InternalServerError,
    };

    private sealed record Refusal(string ErrorResponseCode);

    private sealed record Status(
        [property: JsonPropertyName("status")] string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorResponseCode = null);
}
