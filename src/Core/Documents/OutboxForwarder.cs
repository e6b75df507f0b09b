using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Documents;

/// <summary>
/// Brings work that was committed with documents to its site's queue, in order, outside of the site's turns: whoever reads or writes documents
/// meanwhile waits for nothing. The queue tells an item by its id, so that one which is brought twice runs once.
/// </summary>
/// <param name="actors">Finds the queues.</param>
/// <param name="logger">Takes what does not arrive.</param>
public sealed partial class OutboxForwarder(IActors actors, ILogger<OutboxForwarder> logger)
{
    // After so many failures in a row, at least some minutes, an item that fails alone and for no known reason holds up the others no longer.
    private const int Patience = 10;

    internal void Start(Outbox outbox)
    {
        // Neither the turn nor the request that it belongs to is this one's business.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(() => ForwardAsync(outbox));
    }

    internal void Unreadable(Outbox outbox, ActorRow row, Exception e)
    {
        Log.Unreadable(logger, row.Name, outbox.Site, OutboxRow.RefusedName(row.Name), e);
        outbox.SetAside(row.Name, row.Value);
    }

    private async Task ForwardAsync(Outbox outbox)
    {
        var isAlone = outbox.Failures >= Patience;
        // A queue that is nearly full has room for fewer.
        var most = Math.Max(1, WorkBatch.MostItems >> Math.Min(outbox.Failures, Patience));
        IReadOnlyList<OutboxItem> next = [];
        try
        {
            var queue = actors.Get<IWorkQueue>(outbox.Site);
            while ((next = outbox.Next(most)).Count > 0)
                await BringAsync(queue, outbox, next);
        }
        catch (Exception e) when (isAlone && next.Count > 0 && !IsOutage(e))
        {
            Refuse(outbox, next[0], e);
            // One at a time: should it be the queue and not the item, the others are not given up as well.
            outbox.GiveUp(isFailure: false);
        }
        catch (Exception e)
        {
            Log.NotForwarded(logger, outbox.Site, e);
            outbox.GiveUp(isFailure: true);
        }
    }

    private async Task BringAsync(IWorkQueue queue, Outbox outbox, IReadOnlyList<OutboxItem> items)
    {
        try
        {
            await queue.AcceptAsync(new([.. items.Select(item => item.Item)]));
            outbox.Arrived(items.Count);
        }
        catch (Exception e) when (IsRefusal(e) && items.Count == 1)
        {
            Refuse(outbox, items[0], e);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            foreach (var item in items)
                await BringAsync(queue, outbox, [item]);
        }
    }

    private void Refuse(Outbox outbox, OutboxItem item, Exception e)
    {
        Log.Refused(logger, item.Item, outbox.Site, OutboxRow.RefusedName(item.Row), e);
        outbox.Refused();
    }

    // The queue has looked at it and will say the same again.
    private static bool IsRefusal(Exception e) => e is ArgumentException or ForgeException
    {
        Code: ForgeErrorCode.InvalidRequest or ForgeErrorCode.Forbidden or ForgeErrorCode.NotFound or ForgeErrorCode.Conflict or ForgeErrorCode.PayloadTooLarge,
    };

    // Nobody knows what the queue would say.
    private static bool IsOutage(Exception e) => e is ForgeException or OperationCanceledException or ObjectDisposedException;

    private static partial class Log
    {
        [LoggerMessage(80, LogLevel.Warning, "Work that {Installation} committed with documents cannot be brought to its queue now; it stays stored, and is tried again.")]
        public static partial void NotForwarded(ILogger logger, string installation, Exception e);

        [LoggerMessage(81, LogLevel.Error, "The queue can never accept the {Item} that {Installation} committed with documents: it is not run, and kept in the row {Row}.")]
        public static partial void Refused(ILogger logger, WorkItem item, string installation, string row, Exception e);

        [LoggerMessage(82, LogLevel.Error, "The row {Name} of {Installation} holds no work that this version can read: it is not run, and kept in the row {Row}.")]
        public static partial void Unreadable(ILogger logger, string name, string installation, string row, Exception e);
    }
}
