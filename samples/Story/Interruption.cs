using System.Runtime.InteropServices;

namespace ForgeOrleans.Story;

/// <summary>Ctrl+C, or whoever else asks the story to end: it does so tidily, with all that it has started.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() =>
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, End))];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _source.Cancel();
    }
}
