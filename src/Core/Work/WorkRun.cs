using System.Text.Json;
using ForgeOrleans.Documents;

namespace ForgeOrleans.Work;

/// <summary>One attempt to do a piece of work: what its handler takes as a parameter, by its own type or by that of its kind.</summary>
public class WorkRun
{
    private readonly WorkLease _lease;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, Task> _save;
    private readonly SiteStateOptions _json;
    private JsonElement? _payload;
    private ReadOnlyMemory<byte>? _checkpoint;

    internal WorkRun(RunContext context)
    {
        (_lease, _save, _json) = (context.Lease, context.Save, context.Json);
        _checkpoint = context.Lease.Checkpoint;
        LastSign = context.Clock.GetTimestamp();
        Clock = context.Clock;
    }

    /// <summary>Identifies the work in all its attempts: whoever keeps it with what he has done is idempotent.</summary>
    public string ItemId => _lease.Item.ItemId;

    /// <summary>What kind of work: one of <see cref="WorkKind"/>.</summary>
    public string Kind => _lease.Item.Kind;

    /// <summary>What it is among its kind: the event's type, the trigger's key, the lifecycle change, the job's name.</summary>
    public string Key => _lease.Item.Key;

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt => _lease.Attempt;

    /// <summary>When the work was accepted.</summary>
    public DateTimeOffset AcceptedAt => _lease.Item.AcceptedAt;

    /// <summary>The payload as it came. Undefined for work without one.</summary>
    public JsonElement Json => _payload ??= _lease.Item.Payload.IsEmpty ? default : JsonElement.Parse(_lease.Item.Payload.Span);

    /// <summary>How many things the handler has dealt with, as it reports them.</summary>
    public long Items { get; private set; }

    internal WorkProgress? Progress { get; private set; }

    internal long LastSign { get; private set; }

    private TimeProvider Clock { get; }

    /// <summary>Reads the payload.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <exception cref="PermanentFailureException">It is something else: no attempt would read it.</exception>
    public T Payload<T>() => (T)Payload(typeof(T))!;

    /// <summary>Whether an earlier attempt has saved a checkpoint.</summary>
    public bool HasCheckpoint => _checkpoint is not null;

    /// <summary>Reads the checkpoint that this or an earlier attempt saved last.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <returns>The checkpoint, or the default when there is none.</returns>
    public T? Checkpoint<T>() => _checkpoint is { } json ? JsonSerializer.Deserialize<T>(json.Span, _json.SerializerOptions) : default;

    /// <summary>Saves how far the handler has come. Whichever attempt comes next, in whichever process, finds it. It is durable when the task completes.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <param name="checkpoint">The checkpoint, at most <see cref="SiteState.LargestDocument"/> bytes of JSON; it takes the place of the one before.</param>
    /// <param name="cancellationToken">Gives up waiting. The handler's own is cancelled when the process stops: save without it then.</param>
    /// <exception cref="LeaseLostException">The work has been given to another process: stop.</exception>
    /// <exception cref="ForgeException">The checkpoint is too large.</exception>
    public async Task SaveCheckpointAsync<T>(T checkpoint, CancellationToken cancellationToken = default)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(checkpoint, _json.SerializerOptions);
        if (json.Length > SiteState.LargestDocument)
            throw new ForgeException(ForgeErrorCode.PayloadTooLarge, $"A checkpoint has at most {SiteState.LargestDocument:N0} bytes of JSON; this one has {json.Length:N0}.");
        LastSign = Clock.GetTimestamp();
        await _save(json, cancellationToken);
        _checkpoint = json;
    }

    /// <summary>Says how far the handler is. The operator sees it within some seconds, and a run that says so has not hung.</summary>
    /// <param name="items">How many things it has dealt with in all.</param>
    /// <param name="message">What it is at, in a few words.</param>
    public void Report(long items, string? message = null)
    {
        Items = items;
        Progress = new(items, message?.Length > 200 ? message[..200] : message);
        LastSign = Clock.GetTimestamp();
    }

    internal object? Payload(Type type)
    {
        try
        {
            return _lease.Item.Payload.IsEmpty ? null : JsonSerializer.Deserialize(_lease.Item.Payload.Span, type, _json.SerializerOptions);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new PermanentFailureException($"The payload is no {type.Name}: {e.Message}", e);
        }
    }
}

/// <summary>What a run is made of.</summary>
internal sealed record RunContext(WorkLease Lease, Func<ReadOnlyMemory<byte>, CancellationToken, Task> Save, SiteStateOptions Json, TimeProvider Clock);
