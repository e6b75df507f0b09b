using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary>The log of somebody who watches: the time and a sentence.</summary>
internal sealed class PlainConsole(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    public static void Configure(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("ForgeOrleans", LogLevel.Information);
        logging.AddConsole(console => console.FormatterName = FormatterName).AddConsoleFormatter<PlainConsole, ConsoleFormatterOptions>();
    }

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter output)
    {
        output.Write(clock.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture));
        output.WriteLine(entry.Formatter(entry.State, entry.Exception));
        if (entry.Exception is { } exception)
        {
            output.WriteLine(exception);
        }
    }
}
