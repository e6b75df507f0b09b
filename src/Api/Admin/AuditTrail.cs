using System.Text;
using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Api.Contract;
using ForgeOrleans.Audit;
using ForgeOrleans.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Admin;

/// <summary>What came of a change.</summary>
/// <param name="Answer">What the operator is answered; null when that was done already.</param>
/// <param name="Detail">What the audit log says beside its outcome, if anything.</param>
internal sealed record Change(object? Answer, string? Detail);

/// <summary>Sees to it that no operator changes anything without its being in the audit log: what cannot be written there is not begun.</summary>
internal sealed partial class AuditTrail(IActors actors, IOptions<ForgeOptions> options, TimeProvider clock, ILoggerFactory loggers)
{
    /// <summary>The header in which operators say who they are.</summary>
    public const string OperatorHeader = "X-Admin-User";

    private const int LongestOperator = 100;

    private readonly ILogger _logger = loggers.CreateLogger("ForgeOrleans.Audit");

    /// <summary>Writes that a change begins, makes it, writes what came of it, and answers.</summary>
    /// <param name="context">The operator's request.</param>
    /// <param name="of">The installation that is changed.</param>
    /// <param name="action">What is done.</param>
    /// <param name="subject">To what of it; null when to all.</param>
    /// <param name="change">Makes the change.</param>
    public async Task RecordAsync(HttpContext context, InstallationView of, string action, string? subject, Func<CancellationToken, Task<Change>> change)
    {
        var now = clock.GetUtcNow();
        var entry = new AuditEntry(Guid.CreateVersion7(now).ToString(), now, Operator(context), action, of.InstallationId, subject, AuditOutcome.Started);
        // Of an erased installation it is not known any more whose it was.
        var log = actors.Get<IAuditLog>(of.Facts?.AppId ?? EcosystemId.Uuid("app", options.Value.Apps[0].Id)!);
        await log.RecordAsync(entry, context.RequestAborted);
        Change made;
        try
        {
            made = await change(context.RequestAborted);
        }
        catch (Exception e)
        {
            var detail = e is OperationCanceledException ? "not to its end" : ErrorOfException.From(e).Code.Name();
            await EndAsync(log, entry with { Outcome = AuditOutcome.Failed, Detail = detail });
            throw;
        }
        await EndAsync(log, entry with { Outcome = AuditOutcome.Succeeded, Detail = made.Detail });
        if (made.Answer is { } answer)
            await context.AnswerAsync(answer);
    }

    // What has happened is told even when it cannot be written down: the entry then says that it was started.
    private async Task EndAsync(IAuditLog log, AuditEntry entry)
    {
        Log.Audited(_logger, entry.Operator ?? "somebody", entry.Action, entry.Subject ?? "", entry.InstallationId, entry.Outcome, entry.Detail ?? "");
        try
        {
            await log.RecordAsync(entry, CancellationToken.None);
        }
        catch (ForgeException e)
        {
            Log.OutcomeLost(_logger, entry.Id, e);
        }
    }

    private static string? Operator(HttpContext context)
    {
        var sent = context.Request.Headers[OperatorHeader];
        if (sent.Count == 0)
            return null;
        return sent is [{ Length: <= LongestOperator } name] && name.EnumerateRunes().All(rune => !Rune.IsControl(rune))
            ? name.Trim() is { Length: > 0 } trimmed ? trimmed : null
            : throw new ForgeException(ForgeErrorCode.InvalidRequest, $"The header {OperatorHeader} is a name of at most {LongestOperator} characters, once.");
    }

    private static partial class Log
    {
        [LoggerMessage(61, LogLevel.Information, "{Operator}: {Action} {Subject} of installation {InstallationId}: {Outcome} {Detail}")]
        public static partial void Audited(ILogger logger, string @operator, string action, string subject, string installationId, string outcome, string detail);

        [LoggerMessage(62, LogLevel.Warning, "The audit log could not be told what came of entry {EntryId}; there it stays started.")]
        public static partial void OutcomeLost(ILogger logger, string entryId, Exception e);
    }
}
