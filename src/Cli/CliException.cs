namespace ForgeOrleans.Cli;

/// <summary>Ends the program with a sentence that names the cause and the cure, and with an exit code that scripts can tell apart.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">The sentence. There is no key in it.</param>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>How the program ends; <c>docs/admin.md</c> lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The remote refused, or could not do it, or the operator did not confirm.</summary>
    public const int Refused = 1;

    /// <summary>The command line, the URL or the key is missing or malformed.</summary>
    public const int Misused = 2;

    /// <summary>The remote did not answer.</summary>
    public const int Unreachable = 3;

    /// <summary>The operator pressed Ctrl+C.</summary>
    public const int Interrupted = 130;
}
