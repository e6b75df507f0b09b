using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Admin;

/// <summary>Dead letters, as operators see them.</summary>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterAnswerItem> DeadLetters, string? NextCursor);

/// <summary>A dead letter.</summary>
internal sealed record DeadLetterAnswerItem(
    string ItemId,
    string Kind,
    string Key,
    string? Path,
    string? OrderingKey,
    int Attempts,
    string? Error,
    DateTimeOffset AcceptedAt,
    DateTimeOffset ParkedAt,
    JsonElement? Payload)
{
    public static DeadLetterAnswerItem Of(DeadLetter dead) => new(
        dead.Item.ItemId, dead.Item.Kind, dead.Item.Key, dead.Item.Path, dead.Item.OrderingKey, dead.Attempts, dead.Error, dead.Item.AcceptedAt, dead.ParkedAt,
        AdminJson.Element(dead.Item.Payload));
}

/// <summary>Shows dead letters, and does with them what an operator decides.</summary>
internal sealed class DeadLetterRoutes(IActors actors, InstallationViews views, AuditTrail audit, TimeProvider clock)
{
    private const int MostListed = 500;

    public async Task ListAsync(HttpContext context)
    {
        var query = new DeadLetterQuery(context.Text("cursor"), context.Limit(100, MostListed));
        var page = await (await QueueAsync(context)).ListDeadLettersAsync(query, context.RequestAborted);
        await context.AnswerAsync(new DeadLetterList([.. page.DeadLetters.Select(DeadLetterAnswerItem.Of)], page.Next));
    }

    public Task ReplayAsync(HttpContext context) => ChangeAsync(
        context, "dead-letter.replay", (queue, itemId, cancellationToken) => queue.ReplayAsync(new(itemId), cancellationToken), count => new { Replayed = count });

    public Task DeleteAsync(HttpContext context) => ChangeAsync(
        context, "dead-letter.delete", (queue, itemId, cancellationToken) => queue.DiscardAsync(new(itemId), cancellationToken), count => new { Deleted = count });

    public async Task ReplayAllAsync(HttpContext context)
    {
        var view = await views.GetAsync(context.InstallationId(), withLater: false, context.RequestAborted);
        var queue = actors.Get<IWorkQueue>(view.InstallationId);
        await audit.RecordAsync(context, view, "dead-letter.replay-all", null, async cancellationToken =>
        {
            var (replayed, before) = (0L, clock.GetUtcNow());
            string? after = null;
            // Each once: one that is parked again meanwhile is left behind, and does not come in front of those that still wait for their turn.
            do
            {
                var some = await queue.ReplayAsync(new(After: after, Before: before), cancellationToken);
                replayed += some.Count;
                after = some.Next;
            }
            while (after is not null);
            return new Change(new { Replayed = replayed }, Counted(replayed));
        });
    }

    private async Task ChangeAsync(
        HttpContext context, string action, Func<IWorkQueue, string, CancellationToken, Task<DeadLetterAnswer>> change, Func<int, object> answer)
    {
        var itemId = context.Name("itemId", "dead letter");
        var view = await views.GetAsync(context.InstallationId(), withLater: false, context.RequestAborted);
        await audit.RecordAsync(context, view, action, itemId, async cancellationToken =>
        {
            var changed = await change(actors.Get<IWorkQueue>(view.InstallationId), itemId, cancellationToken);
            return changed.Count > 0
                ? new(answer(changed.Count), null)
                : throw new ForgeException(ForgeErrorCode.NotFound, "There is no such dead letter. It may have been replayed or deleted already.");
        });
    }

    private async Task<IWorkQueue> QueueAsync(HttpContext context) =>
        actors.Get<IWorkQueue>((await views.GetAsync(context.InstallationId(), withLater: false, context.RequestAborted)).InstallationId);

    private static string Counted(long count) => count == 1 ? "1 dead letter" : $"{count} dead letters";
}
