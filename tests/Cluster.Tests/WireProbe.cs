using System.Collections.Concurrent;
using System.Threading.Channels;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>Shows what becomes of calls between silos.</summary>
public interface IWireProbe
{
    Task<Parcel> EchoAsync(Parcel parcel, CancellationToken cancellationToken = default);

    Task FailAsync(Failure failure, CancellationToken cancellationToken = default);

    /// <summary>Waits until the caller gives up, or for ever.</summary>
    Task HoldAsync(Hold hold, CancellationToken cancellationToken = default);

    /// <summary>The same, but a repetition is answered at once.</summary>
    [Idempotent]
    Task<Held> HoldOnceAsync(Hold hold, CancellationToken cancellationToken = default);

    Task WakeAsync(Wake wake, CancellationToken cancellationToken = default);

    /// <summary>Commits and sets the alarm, all at once.</summary>
    Task WriteAsync(Writes writes, CancellationToken cancellationToken = default);
}

public sealed record Parcel(string Text, AccessToken? Token = null);

/// <param name="Kind">The exception's type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Code">The code of an expected failure.</param>
/// <param name="RetryAfter">When another attempt may succeed.</param>
public sealed record Failure(string Kind, string Message, ForgeErrorCode Code = default, TimeSpan? RetryAfter = null);

/// <param name="Name">What <see cref="Places"/> knows it by.</param>
/// <param name="IsRepetition">Whether it was asked for before.</param>
public sealed record Hold(string Name, bool IsRepetition = false) : IRepeatable
{
    public object WithId(string id) => this;

    public object AsRepetition() => this with { IsRepetition = true };
}

/// <param name="Silo">The silo that answered.</param>
/// <param name="IsRepetition">Whether the call said that it was one.</param>
public sealed record Held(string Silo, bool IsRepetition);

public sealed record Writes(int Commits);

public sealed record Wake(DateTimeOffset Due);

/// <summary>Where something happened, in the process that all silos of these tests share.</summary>
public static class Places
{
    private static readonly ConcurrentDictionary<string, Channel<string>> Channels = new();

    public static int CountOf(string name) => Of(name).Reader.Count;

    /// <summary>The silo where it happens next.</summary>
    public static Task<string> NextOf(string name, TimeSpan? patience = null) =>
        Of(name).Reader.ReadAsync().AsTask().WaitAsync(patience ?? TimeSpan.FromSeconds(20));

    internal static void Happened(string name, string silo) => Of(name).Writer.TryWrite(silo);

    private static Channel<string> Of(string name) => Channels.GetOrAdd(name, _ => Channel.CreateUnbounded<string>());
}

public class WireProbe(ActorContext self, ILocalSiloDetails silo) : IWireProbe, IAlarmed
{
    private string Here => silo.SiloAddress.ToString();

    public Task<Parcel> EchoAsync(Parcel parcel, CancellationToken cancellationToken = default) => Task.FromResult(parcel);

    public Task FailAsync(Failure failure, CancellationToken cancellationToken = default) => throw (failure.Kind switch
    {
        nameof(ForgeException) => new ForgeException(failure.Code, failure.Message, new InvalidOperationException("the cause")) { RetryAfter = failure.RetryAfter },
        nameof(StorageUnavailableException) => new StorageUnavailableException(failure.Message),
        nameof(StaleActivationException) => new StaleActivationException(failure.Message),
        nameof(ArgumentException) => new ArgumentException(failure.Message),
        _ => (Exception)new InvalidOperationException(failure.Message),
    });

    public async Task HoldAsync(Hold hold, CancellationToken cancellationToken = default)
    {
        Places.Happened(hold.Name, Here);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Places.Happened(hold.Name + "/over", Here);
        }
    }

    public async Task<Held> HoldOnceAsync(Hold hold, CancellationToken cancellationToken = default)
    {
        Places.Happened(hold.Name, Here);
        if (!hold.IsRepetition)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return new(Here, hold.IsRepetition);
    }

    public Task WakeAsync(Wake wake, CancellationToken cancellationToken = default) => self.Alarm.SetAsync(wake.Due);

    public Task WriteAsync(Writes writes, CancellationToken cancellationToken = default) => Task.WhenAll(
        [
            .. Enumerable.Range(0, writes.Commits).Select(i => self.Rows.CommitAsync([new($"row {i}", "1"u8.ToArray())])),
            self.Alarm.SetAsync(DateTimeOffset.UtcNow.AddDays(1)),
        ]);

    public Task OnAlarmAsync(CancellationToken cancellationToken)
    {
        Places.Happened(self.Key, Here);
        return Task.CompletedTask;
    }
}
