using System.Linq.Expressions;
using System.Reflection;

namespace ForgeOrleans.SingleNode;

/// <summary>A method of an actor's interface, compiled into a delegate once so that a call needs no reflection.</summary>
internal abstract class ActorMethod
{
    public abstract Task Call(SingleNodeActors actors, ActorId id, object?[] arguments);

    public static ActorMethod For(MethodInfo method)
    {
        if (method.ReturnType == typeof(Task))
            return new Plain(Compile<Task>(method));
        if (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>))
            return (ActorMethod)Activator.CreateInstance(typeof(Answering<>).MakeGenericType(method.ReturnType.GenericTypeArguments), method)!;
        throw new InvalidOperationException($"{method.DeclaringType}.{method.Name} returns {method.ReturnType}; an actor's method returns Task or Task<T>.");
    }

    private static Func<object, object?[], TTask> Compile<TTask>(MethodInfo method)
    {
        var actor = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var values = method.GetParameters().Select((parameter, i) =>
            Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType));
        var call = Expression.Call(Expression.Convert(actor, method.DeclaringType!), method, values);
        return Expression.Lambda<Func<object, object?[], TTask>>(call, actor, arguments).Compile();
    }

    private sealed class Plain(Func<object, object?[], Task> method) : ActorMethod
    {
        private readonly Func<object, object?[], Task<bool>> _turn = async (actor, arguments) =>
        {
            await method(actor, arguments);
            return true;
        };

        public override Task Call(SingleNodeActors actors, ActorId id, object?[] arguments) => actors.RunAsync(id, _turn, arguments);
    }

    private sealed class Answering<T>(MethodInfo method) : ActorMethod
    {
        private readonly Func<object, object?[], Task<T>> _turn = Compile<Task<T>>(method);

        public override Task Call(SingleNodeActors actors, ActorId id, object?[] arguments) => actors.RunAsync(id, _turn, arguments);
    }
}
