using System.Collections.Immutable;
using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>Something on its way to a remote, and what has become of it so far.</summary>
internal sealed class Delivery
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long? _duplicateOf;
    private readonly DateTimeOffset _created;
    private readonly Changes _changes;
    private volatile Progress _progress = new([], DeliveryOutcome.Waiting, null);
    private long _version;

    public Delivery(long id, Parcel parcel, long? duplicateOf, DateTimeOffset created, Changes changes)
    {
        (Id, Parcel, _duplicateOf, _created, _changes) = (id, parcel, duplicateOf, created, changes);
        changes.Mark(ref _version);
    }

    public long Id { get; }

    public Parcel Parcel { get; }

    /// <summary>The number of its last change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Completes when no attempt is left to be made.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Takes down an attempt, and whether it was the last.</summary>
    public void Add(Attempt attempt, bool isLast) => Become(_progress with
    {
        Attempts = _progress.Attempts.Add(attempt),
        Outcome = attempt.Verdict is Attempt.Delivered ? DeliveryOutcome.Delivered
            : isLast ? DeliveryOutcome.Failed
            : DeliveryOutcome.Waiting,
    });

    public void GiveUp(string cause) => Become(_progress with { Outcome = DeliveryOutcome.Failed, Cause = cause });

    public DeliveryReport Report()
    {
        var now = _progress;
        return new DeliveryReport(
            Id,
            Parcel.Kind,
            Parcel.Key,
            Parcel.ModuleKey,
            Parcel.Sender.Site.Id,
            Parcel.Sender.Site.InstallationId,
            _duplicateOf,
            _created,
            now.Outcome,
            now.Cause,
            [.. now.Attempts.Select(AttemptReport.Of)]);
    }

    // Only one attempt at a time is made, so there is only one writer.
    private void Become(Progress progress)
    {
        _progress = progress;
        _changes.Mark(ref _version);
        if (progress.Outcome is not DeliveryOutcome.Waiting)
        {
            _settled.TrySetResult();
        }
    }

    private sealed record Progress(ImmutableList<Attempt> Attempts, DeliveryOutcome Outcome, string? Cause);
}
