using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>Takes in scheduled triggers (contract section 10): stored, merged with one that is a duplicate, answered, run later.</summary>
/// <param name="path">The path that they are delivered to.</param>
/// <param name="keys">The keys of the triggers that are.</param>
internal sealed class TriggerDelivery(string path, IReadOnlyList<string> keys)
{
    /// <summary>Accepts a trigger.</summary>
    public async Task<IResult> AcceptAsync(HttpRequest request, HandlerScope scope, TriggerIntervals intervals, Acceptor acceptor, CancellationToken cancellationToken)
    {
        var body = await DeliveredBody.ReadAsync(request, scope.Invocation, cancellationToken);
        var key = KeyOf(scope.Invocation);
        return await acceptor.AcceptAsync(
            scope,
            new WorkItem
            {
                ItemId = acceptor.NewId(),
                Kind = WorkKind.Trigger,
                Key = key,
                Path = path,
                OrderingKey = $"trigger/{key}",
                DeduplicationKey = $"trigger/{key}",
                Deduplication = Deduplication.WithinInterval,
                Interval = intervals.Of(key),
                Payload = body.Utf8,
            },
            isRepetition: false,
            cancellationToken);
    }

    // By the token alone: what the body says of its module is not signed.
    private string KeyOf(ForgeInvocation invocation)
    {
        if (keys.Count == 1)
            return keys[0];
        foreach (var said in (string?[])[invocation.Context?.ModuleKey, invocation.Module?.Key])
            if (said is not null && keys.Contains(said))
                return said;
        throw new ForgeException(
            ForgeErrorCode.InvalidRequest,
            $"Several triggers are mapped at {path} ({string.Join(", ", keys)}), and the token names none of them. Give each an endpoint and a path of its own.");
    }
}
