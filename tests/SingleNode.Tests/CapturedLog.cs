using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests;

/// <summary>Everything that was logged, at every level.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();

    public string Text => string.Join('\n', _entries.Select(entry => entry.Text));

    public IEnumerable<string> At(LogLevel level) => _entries.Where(entry => entry.Level == level).Select(entry => entry.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._entries.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
