namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>The platform's waiting, which can be made to pass sooner than the clock's time.</summary>
internal sealed class PlatformTime
{
    private const double Fastest = 10_000;

    private readonly EmulatorOptions _options;

    public PlatformTime(EmulatorOptions options) => _options = options.TimeScale is >= 1 and <= Fastest
        ? options
        : throw new EmulatorException($"The time scale is from 1 to {Fastest} platform seconds in a second, not {options.TimeScale}.");

    public TimeSpan Scaled(TimeSpan platformTime) => platformTime / _options.TimeScale;

    /// <summary>A delivery's time limit, which keeps to the clock unless the options say otherwise.</summary>
    public TimeSpan Limit(TimeSpan limit) => _options.ScaleLimits ? Scaled(limit) : limit;

    public Task WaitAsync(TimeSpan platformTime, CancellationToken ct) => platformTime > TimeSpan.Zero
        ? Task.Delay(Scaled(platformTime), _options.Clock, ct)
        : Task.CompletedTask;
}
