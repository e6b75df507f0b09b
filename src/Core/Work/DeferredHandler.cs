using System.Reflection;
using System.Runtime.ExceptionServices;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Work;

/// <summary>A handler of work, with what it takes: its run, the payload, services, a cancellation token.</summary>
internal sealed class DeferredHandler
{
    private readonly Delegate _handler;
    private readonly Func<Arguments, object?>[] _parameters;

    public DeferredHandler(Delegate handler, IServiceProvider services)
    {
        var known = services.GetService<IServiceProviderIsService>();
        _handler = handler;
        _parameters = [.. handler.Method.GetParameters().Select(parameter => Bind(parameter, known))];
    }

    public async Task RunAsync(WorkRun run, IServiceProvider services, CancellationToken cancellationToken)
    {
        var arguments = new Arguments(run, services, cancellationToken);
        object? result;
        try
        {
            result = _handler.DynamicInvoke(Array.ConvertAll(_parameters, parameter => parameter(arguments)));
        }
        catch (TargetInvocationException e) when (e.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
            return;
        }
        switch (result)
        {
            case Task task:
                await task;
                break;
            case ValueTask task:
                await task;
                break;
            case { } other when other.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>):
                await (Task)type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(other, [])!;
                break;
        }
    }

    private static Func<Arguments, object?> Bind(ParameterInfo parameter, IServiceProviderIsService? known)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken))
            return arguments => arguments.CancellationToken;
        if (type == typeof(IServiceProvider))
            return arguments => arguments.Services;
        if (typeof(WorkRun).IsAssignableFrom(type))
            return arguments => type.IsInstanceOfType(arguments.Run)
                ? arguments.Run
                : throw new PermanentFailureException($"The handler takes a {type.Name}, and this work is a {arguments.Run.GetType().Name}.");
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
            return arguments => ((IKeyedServiceProvider)arguments.Services).GetRequiredKeyedService(type, keyed.Key);
        if (known?.IsService(type) is not false)
            return arguments => arguments.Services.GetRequiredService(type);
        if (type.IsInterface || type.IsAbstract || type.IsPrimitive)
            throw new ArgumentException(
                $"Nothing provides the parameter '{parameter.Name}' of the type {type}: a handler of work takes its run, its payload's type, registered services and a CancellationToken.");
        return arguments => arguments.Run.Payload(type);
    }

    private sealed record Arguments(WorkRun Run, IServiceProvider Services, CancellationToken CancellationToken);
}
