using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>Takes in product and lifecycle events (contract sections 7 and 8): stored, answered, run later.</summary>
/// <param name="path">The path that they are delivered to.</param>
/// <param name="routes">Knows whether lifecycle events have a handler of their own there.</param>
internal sealed class EventDelivery(string path, DeliveryRoutes routes)
{
    /// <summary>Accepts an event.</summary>
    public async Task<IResult> AcceptAsync(HttpRequest request, HandlerScope scope, Acceptor acceptor, IActors actors, CancellationToken cancellationToken)
    {
        var body = await DeliveredBody.ReadAsync(request, scope.Invocation, cancellationToken);
        if (EventJson.Type(body.Json) is not { Length: > 0 and <= WorkItem.LongestKey } type)
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "An event has an 'eventType', at the top or below 'payload', or is a CloudEvent with a 'type'.");

        var change = LifecycleTypes.ChangeOf(type);
        var isLifecycle = change is not null && routes.IsLifecycle(path);
        var digest = EventDigest.Of(body.Json);
        var answer = await acceptor.AcceptAsync(
            scope,
            new WorkItem
            {
                ItemId = acceptor.NewId(),
                Kind = isLifecycle ? WorkKind.Lifecycle : WorkKind.Event,
                Key = isLifecycle ? change! : type,
                Path = path,
                OrderingKey = OrderingKey(body.Json, type, change, isLifecycle),
                DeduplicationKey = $"event{path}/{type}/{digest}",
                Deduplication = change is not null || EventJson.IsUnique(body.Json) ? Deduplication.Always : Deduplication.OnlyRepetitions,
                Payload = body.Utf8,
            },
            isRepetition: EventJson.Retry(body.Json) is not null,
            cancellationToken);
        // After it was found to be the platform's. Should this fail, the platform delivers it again.
        if (change is not null)
            await actors.Get<IInstallationActor>(scope.InstallationId).NoteLifecycleAsync(new(change, scope.Invocation.IssuedAt), cancellationToken);
        return answer;
    }

    // Events about one thing run one after another. Only lifecycle work stands in the line of lifecycle work, which runs when nothing else does.
    private static string OrderingKey(JsonElement body, string type, string? change, bool isLifecycle) => (isLifecycle, change, EventJson.Entity(body)) switch
    {
        (true, _, _) => "lifecycle",
        (_, not null, _) => "event/lifecycle",
        (_, _, { } entity) => Shortened($"entity/{entity.Type}/{entity.Id}"),
        _ => $"event/{type}",
    };

    // What is cut off the end of an id that nobody has would only put two entities into one line.
    private static string Shortened(string key) => key.Length > WorkItem.LongestKey ? key[..WorkItem.LongestKey] : key;
}
