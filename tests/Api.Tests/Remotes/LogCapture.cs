using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>Keeps all that is logged: the sentences, their values, the scopes and the exceptions.</summary>
[ProviderAlias("Capture")]
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<LogLine> Lines { get; } = [];

    public string Text => string.Join('\n', Lines);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(string category, LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => capture._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            capture._scopes.ForEachScope((scope, all) => all.Add(Text(scope)), scopes);
            capture.Lines.Enqueue(new(logLevel, category, $"{formatter(state, exception)} {Text(state)} {exception}", string.Join(' ', scopes)));
        }

        private static string Text(object? state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}")) : $"{state}";
    }
}

internal sealed record LogLine(LogLevel Level, string Category, string Text, string Scopes);
